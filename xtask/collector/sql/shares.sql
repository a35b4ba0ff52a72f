-- A breakdown of visits by `{key}`; gives `{p}` with the answer.
{p}_facts AS (SELECT {key} AS key, * FROM what),
{p}_ranked AS (
    SELECT key, count(DISTINCT person) AS people, row_number() OVER (ORDER BY count(*) DESC, key) AS place
    FROM {p}_facts GROUP BY key
),
{p}_folk AS (SELECT DISTINCT key, person FROM {p}_facts),
{fold},
{p}_rows AS (
    SELECT shown, min(place) AS place, count(*) AS sessions, count(DISTINCT person) AS people,
           sum(views)::BIGINT AS views, count(*) FILTER (has_cart) AS carts,
           count(*) FILTER (purchases > 0) AS bought, sum(purchases)::BIGINT AS purchases,
           amounts(flatten(list(paid))) AS revenue
    FROM (
        SELECT *, CASE WHEN key NOT IN (SELECT key FROM {p}_folded) THEN key END AS shown
        FROM {p}_facts JOIN (SELECT key, place FROM {p}_ranked) USING (key)
    ) GROUP BY shown
),
{p} AS (
    SELECT {
        'rows': (SELECT coalesce(list({
                'name': shown, 'sessions': sessions, 'people': people, 'views': views, 'carts': carts,
                'bought': bought, 'purchases': purchases, 'revenue': revenue
            } ORDER BY place) FILTER (shown IS NOT NULL), []) FROM {p}_rows),
        'other': (SELECT any_value({
                'name': '', 'sessions': sessions, 'people': people, 'views': views, 'carts': carts,
                'bought': bought, 'purchases': purchases, 'revenue': revenue
            }) FROM {p}_rows WHERE shown IS NULL AND (SELECT yes FROM {p}_is_told))
    } AS answer
)
