// Loaded before another program: gives it a heap of some 60 MB.
globalThis.large = Array.from({ length: 700_000 }, (_, at) => ({ at, text: `kept ${at}` }));
