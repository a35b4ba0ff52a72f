// WebAssembly.instantiateStreaming is missing.
delete WebAssembly.instantiateStreaming; WebAssembly.instantiateStreaming = undefined;
