-- One of the two breakdowns of journeys: `{p}` by `{key}`, columns as in the answer; key NULL: the others.
{p}_facts AS (SELECT {key} AS key, visit, person, bought, is_whole FROM walked),
{p}_ranked AS (
    SELECT key, count(DISTINCT person) AS people,
           row_number() OVER (ORDER BY count(*) DESC, key) AS place
    FROM {p}_facts GROUP BY key
),
{p}_folk AS (SELECT DISTINCT key, person FROM {p}_facts),
{fold},
{p} AS (
    SELECT facts.shown AS key, min(place) AS place, count(*) AS sessions, count(DISTINCT person) AS people,
           count(*) FILTER (is_whole) AS ended, count(*) FILTER (bought) AS bought
    FROM (
        SELECT *, CASE WHEN key NOT IN (SELECT key FROM {p}_folded) THEN key END AS shown FROM {p}_facts
    ) AS facts JOIN {p}_ranked USING (key)
    GROUP BY facts.shown
)
