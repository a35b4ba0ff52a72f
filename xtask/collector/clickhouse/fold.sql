-- table {p}_small
SELECT key FROM {p}_ranked WHERE people < {fold_below}

-- table {p}_hidden
SELECT key FROM {p}_small
UNION ALL
SELECT key FROM {p}_ranked WHERE key NOT IN (SELECT key FROM {p}_small) ORDER BY place LIMIT 1000000 OFFSET {most}

-- table {p}_folded
SELECT key FROM {p}_hidden
UNION ALL
-- Each row that still stands has enough people, so that one of them is always enough.
SELECT key FROM (
    SELECT key FROM {p}_ranked
    WHERE key NOT IN (SELECT key FROM {p}_hidden)
      AND (SELECT count() FROM {p}_hidden) > 0
      AND (SELECT uniqExact(person) FROM {p}_facts WHERE key IN (SELECT key FROM {p}_hidden)) < {fold_below}
    ORDER BY people, place DESC LIMIT 1
)

-- table {p}_told
SELECT uniqExact(person) >= greatest({fold_below}, 1) AS yes
FROM {p}_facts WHERE key IN (SELECT key FROM {p}_folded)
