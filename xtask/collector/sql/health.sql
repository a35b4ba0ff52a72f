-- What the running server counted lies in no Parquet file; the rest does.
WITH {runs},
apart AS (
    SELECT quarantine, count(*) AS events, count(DISTINCT visit) AS sessions FROM history
    WHERE quarantine <> 0
      AND "at" >= epoch_ms(getvariable('span_from')::BIGINT)::TIMESTAMPTZ
      AND "at" < epoch_ms(getvariable('span_to')::BIGINT)::TIMESTAMPTZ
    GROUP BY quarantine
)
SELECT {
    'sent': (SELECT coalesce(sum(sent), 0)::BIGINT FROM runs),
    'lost': (SELECT coalesce(sum(sent - stored), 0)::BIGINT FROM runs),
    'quarantined': (SELECT coalesce(list({
            'reason': ['run_rate', 'address_rate', 'robot', 'timing'][quarantine], 'events': events,
            'sessions': sessions
        } ORDER BY quarantine), []) FROM apart)
}
