-- Variables: depth. `{step}` is `page` or `path`.
WITH r AS (SELECT * FROM asked WHERE kind IN ('viewed', 'purchased')),
visits AS (
    SELECT visit,
           coalesce(first(visitor ORDER BY "at", run, ordinal) FILTER (visitor IS NOT NULL), visit) AS person,
           bool_or(kind = 'purchased') AS bought
    FROM r GROUP BY visit
),
steps AS (
    SELECT visit, step, "at", run, ordinal,
           step IS DISTINCT FROM lag(step) OVER (PARTITION BY visit ORDER BY "at", run, ordinal) AS is_new
    FROM (SELECT *, coalesce({step}, '') AS step FROM r WHERE kind = 'viewed')
),
ways AS (
    SELECT visit, list(step ORDER BY "at", run, ordinal) FILTER (is_new) AS way FROM steps GROUP BY visit
),
walked AS (
    SELECT visit, person, bought, way[:getvariable('depth')] AS begin, way[-1] AS last,
           len(way) <= getvariable('depth') AS is_whole
    FROM ways JOIN visits USING (visit)
),
{paths},
{ends}
SELECT {
    'paths': (SELECT coalesce(list({
            'steps': key, 'sessions': sessions, 'people': people, 'ended': ended, 'bought': bought
        } ORDER BY place) FILTER (key IS NOT NULL), []) FROM paths),
    'other': (SELECT any_value({
            'steps': [], 'sessions': sessions, 'people': people, 'ended': ended, 'bought': bought
        }) FROM paths WHERE key IS NULL AND (SELECT yes FROM paths_is_told)),
    'ends': (SELECT coalesce(list({
            'page': key, 'sessions': sessions, 'people': people, 'bought': bought
        } ORDER BY place) FILTER (key IS NOT NULL), []) FROM ends),
    'other_ends': (SELECT any_value({
            'page': '', 'sessions': sessions, 'people': people, 'bought': bought
        }) FROM ends WHERE key IS NULL AND (SELECT yes FROM ends_is_told))
}
