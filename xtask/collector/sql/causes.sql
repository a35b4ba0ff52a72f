-- Causes of hesitation, a row for each visit and cause: `{p}_facts` (key, visit, person, position of the
-- first row that has it).
{p}_facts AS (
    SELECT bits.bit AS key, visit, any_value(person) AS person, min(position) AS position
    FROM placed, (SELECT unnest([1, 2, 4, 8, 16, 32, 64, 128]) AS bit) AS bits
    WHERE kind = 'cart_hesitation' AND detail & bits.bit <> 0
    GROUP BY bits.bit, visit
),
{p}_ranked AS (
    SELECT key, count(DISTINCT person) AS people,
           row_number() OVER (ORDER BY count(*) DESC, key) AS place
    FROM {p}_facts GROUP BY key
),
{p}_folk AS (SELECT DISTINCT key, person FROM {p}_facts),
{fold},
-- For the answer: the names of folded ones are taken for one and the same.
{p}_merged AS (
    SELECT shown, visit, any_value(person) AS person, min(position) AS position, min(place) AS place
    FROM (
        SELECT *, CASE WHEN key NOT IN (SELECT key FROM {p}_folded) THEN key END AS shown
        FROM {p}_facts JOIN {p}_ranked USING (key)
    ) GROUP BY shown, visit
)
