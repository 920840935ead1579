/** @returns such as `14:05:09` */
export function clock(time: Date): string {
	return time.toLocaleTimeString('en-GB');
}
