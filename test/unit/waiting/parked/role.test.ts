import { NodeHelpers, type INode, type INodeParameters, type INodeProperties } from 'n8n-workflow';

import { Seedance } from '../../../../nodes/Seedance/Seedance.node';
import { parametersFor, type ParkedFor, readParkedFor } from '../../../../nodes/Seedance/waiting/parked/role';
import { stubContext } from '../../stubContext';

const { description } = new Seedance();

/** The parameters of a node as n8n loads it: those that its type doesn't declare are gone. */
const loaded = (parameters: INodeParameters) => {
	const node = { typeVersion: 1, parameters } as INode;
	return NodeHelpers.getNodeParameters(
		description.properties,
		parameters,
		true,
		false,
		node,
		description,
	) as INodeParameters;
};

test.each<ParkedFor>([
	{
		role: 'checker',
		nodeName: '=Video {{ $json.id }}',
		userExecutionId: '1',
		keeperExecutionId: '2',
		stopsOnError: true,
		executionTimeout: 60,
	},
	{ role: 'keeperEnds', nodeName: 'Video', userExecutionId: '1', keeperExecutionId: '', stopsOnError: false },
])('n8n loads what a helper node has to know as it was stored: $role', (parkedFor) => {
	const user = stubContext({ parameters: { resource: 'video', operation: 'create', prompt: 'A cat' } });
	const stored = parametersFor(user, parkedFor);
	const parameters = loaded(JSON.parse(JSON.stringify(stored)) as INodeParameters);
	expect(parameters).toMatchObject({ resource: 'video', operation: 'parkedWait' });
	expect(parameters).not.toHaveProperty('prompt');
	expect(readParkedFor(stubContext({ parameters: parameters as never }))).toEqual(parkedFor);
});

test('the form offers no parked wait, and shows no field of it', () => {
	const operations = description.properties.filter(({ name }) => name === 'operation');
	expect(JSON.stringify(operations)).not.toContain('parkedWait');
	const shownFor = ({ displayOptions }: INodeProperties) => displayOptions?.show?.operation ?? [];
	const fields = description.properties.filter((field) => shownFor(field).includes('parkedWait'));
	expect(fields).toHaveLength(6);
	expect(new Set(fields.map(({ type }) => type))).toEqual(new Set(['hidden']));
	for (const operation of ['create', 'get'])
		expect(loaded({ resource: 'video', operation })).not.toHaveProperty('role');
});
