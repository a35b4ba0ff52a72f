-- Which rows of a breakdown are not shown. Wants `{p}_ranked` (key, people, place) and `{p}_folk` (key,
-- person); gives `{p}_folded` (key), and `{p}_is_told`: whether their sum may be told.
{p}_small AS (SELECT key FROM {p}_ranked WHERE people < getvariable('fold_below')),
{p}_beyond AS (
    SELECT key FROM (
        SELECT key, row_number() OVER (ORDER BY place) AS nth
        FROM {p}_ranked WHERE key NOT IN (SELECT key FROM {p}_small)
    ) WHERE nth > {most}
),
{p}_hidden AS (SELECT key FROM {p}_small UNION SELECT key FROM {p}_beyond),
{p}_crowd AS (
    SELECT count(DISTINCT person) AS people FROM {p}_folk
    WHERE key IN (SELECT key FROM {p}_hidden)
),
-- Each row that still stands has enough people, so that one of them is always enough.
{p}_taken_along AS (
    SELECT key FROM {p}_ranked
    WHERE key NOT IN (SELECT key FROM {p}_hidden)
      AND (SELECT count(*) FROM {p}_hidden) > 0
      AND (SELECT people FROM {p}_crowd) < getvariable('fold_below')
    ORDER BY people, place DESC LIMIT 1
),
{p}_folded AS (SELECT key FROM {p}_hidden UNION SELECT key FROM {p}_taken_along),
{p}_is_told AS (
    SELECT count(DISTINCT person) >= greatest(getvariable('fold_below'), 1) AS yes
    FROM {p}_folk WHERE key IN (SELECT key FROM {p}_folded)
)
