export const kilobytes = (bytes: number) => `${(bytes / 1e3).toFixed(1)} kB`;

export const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** @param ms milliseconds */
export const seconds = (ms: number) => `${(ms / 1e3).toFixed(2)} s`;

export const times = (value: number) => `${value.toFixed(2)}×`;
