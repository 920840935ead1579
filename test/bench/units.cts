export const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** @param ms milliseconds */
export const seconds = (ms: number) => `${(ms / 1e3).toFixed(2)} s`;
