// A poor getRandomValues.
crypto.getRandomValues = (it) => { for (let i = 0; i < it.length; i++) it[i] = typeof it[i] === "bigint" ? 7n : 7; return it; };
