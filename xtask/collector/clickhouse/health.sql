-- table runs
SELECT max(number) + 1 AS sent, uniqExact(number) AS stored
FROM (
    SELECT run, at, quarantine, bitShiftRight(ordinal, 12) AS number FROM history
    WHERE ordinal >= 0 AND at >= {from} - 86400000 AND at < {to} + 86400000
)
GROUP BY run HAVING min(at) >= {from} AND min(at) < {to} AND min(quarantine) = 0

-- fields
-- What the running server counted lies in no Parquet file; the rest does.
SELECT sum(sent) AS sent, sum(sent) - sum(stored) AS lost FROM runs

-- rows quarantined
SELECT ['run_rate', 'address_rate', 'robot', 'timing'][quarantine] AS reason, count() AS events, uniqExact(visit) AS sessions
FROM history WHERE quarantine != 0 AND at >= {from} AND at < {to} GROUP BY quarantine ORDER BY quarantine
