-- Page loads that count for the loss meter: what they sent, going by the numbers, and what is here.
beacons AS (
    SELECT run, epoch_ms("at") AS "at", ordinal >> 12 AS sequence, quarantine FROM history
    WHERE ordinal >= 0
      AND "at" >= epoch_ms((getvariable('span_from') - 86400000::BIGINT)::BIGINT)::TIMESTAMPTZ
      AND "at" < epoch_ms((getvariable('span_to') + 86400000::BIGINT)::BIGINT)::TIMESTAMPTZ
),
runs AS (
    SELECT run, max(sequence) + 1 AS sent, count(DISTINCT sequence) AS stored
    FROM beacons GROUP BY run
    HAVING min("at") >= getvariable('span_from') AND min("at") < getvariable('span_to') AND bool_or(quarantine = 0)
)
