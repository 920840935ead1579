import type { N8nSession } from './session.cts';

/** A data table of n8n. */
export interface DataTable {
	add: (rows: object[]) => Promise<void>;
	/** In the order in which they were added */
	rows: () => Promise<Array<Record<string, any>>>;
}

/** @param name the only table of this name */
export async function dataTable({ rest }: N8nSession, name: string): Promise<DataTable> {
	const filter = encodeURIComponent(JSON.stringify({ name }));
	const { data: tables } = await rest.request('GET', `/data-tables-global?filter=${filter}`);
	const [table] = tables as Array<{ id: string; projectId: string }>;
	if (!table) throw new Error(`n8n has no data table "${name}"`);
	const path = `/projects/${table.projectId}/data-tables/${table.id}`;
	return {
		add: async (data) => await rest.request('POST', `${path}/insert`, { data, returnType: 'count' }),
		rows: async () => (await rest.request('GET', `${path}/rows?sortBy=id:asc`)).data,
	};
}
