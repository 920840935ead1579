import { cpus, loadavg, totalmem } from 'node:os';

/**
 * What a measurement was made on, without anything that names the machine. The load says how busy it was with
 * other things at that moment: above the number of cores, times are longer than they had to be.
 *
 * @returns one line
 */
export function machineLine({
	nodeVersion,
	n8nVersion,
}: {
	nodeVersion: string;
	n8nVersion: string;
}): string {
	const memory = Math.round(totalmem() / 2 ** 30);
	const load = loadavg()[0]?.toFixed(1);
	return [
		`${cpus().length} cores, ${memory} GB of memory, ${process.platform}`,
		`Node.js ${nodeVersion}, n8n ${n8nVersion}, SQLite`,
		`load average at the start ${load}`,
	].join('; ');
}
