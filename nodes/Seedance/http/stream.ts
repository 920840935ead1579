/** A response body as n8n hands it over with `encoding: 'stream'`. */
export type BodyStream = AsyncIterable<Uint8Array | string> & { destroy?: () => void };

/** A response as n8n hands it over with `encoding: 'stream'` and `returnFullResponse`. */
export interface StreamedResponse {
	statusCode: number;
	/** Header names in lower case. */
	headers: Record<string, unknown>;
	body: BodyStream;
}
