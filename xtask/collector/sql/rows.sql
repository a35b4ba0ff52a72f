-- Rows of the site that a question may read: of the span, nothing kept apart, only visits that pass
-- the filter. Variables: span_from, span_to (ms since 1970), has_filter, f_device, f_visitor,
-- f_language, f_source, f_page, f_path (NULL: whatever).
CREATE OR REPLACE TEMP VIEW spanned AS
SELECT epoch_ms("at") AS "at", * EXCLUDE ("at")
FROM history
WHERE quarantine = 0
  AND "at" >= epoch_ms(getvariable('span_from')::BIGINT)::TIMESTAMPTZ
  AND "at" < epoch_ms(getvariable('span_to')::BIGINT)::TIMESTAMPTZ;

-- What each visit is.
CREATE OR REPLACE TEMP VIEW told AS
SELECT
    visit,
    coalesce(nullif(first(device ORDER BY "at", run, ordinal) FILTER (kind = 'began'), ''), 'unknown') AS device,
    coalesce(nullif(first(audience ORDER BY "at", run, ordinal) FILTER (kind = 'began'), ''), 'unknown') AS visitor_kind,
    coalesce(nullif(first(language ORDER BY "at", run, ordinal) FILTER (kind = 'began'), ''), 'unknown') AS language,
    coalesce(nullif(CASE
        WHEN bool_or(kind = 'remembered')
            THEN first(source ORDER BY "at", run, ordinal) FILTER (kind = 'remembered')
        ELSE first(source ORDER BY "at", run, ordinal) FILTER (kind = 'began')
    END, ''), 'direct') AS came_from,
    coalesce(bool_or(kind = 'viewed' AND page = getvariable('f_page')), false) AS saw_page,
    coalesce(bool_or(kind = 'viewed' AND path = getvariable('f_path')), false) AS saw_path
FROM spanned
GROUP BY visit;

CREATE OR REPLACE TEMP VIEW passing AS
SELECT visit
FROM told
WHERE coalesce(device = getvariable('f_device'), true)
  AND coalesce(visitor_kind = getvariable('f_visitor'), true)
  AND coalesce(language = getvariable('f_language'), true)
  AND coalesce(came_from = getvariable('f_source'), true)
  AND (getvariable('f_page') IS NULL OR saw_page)
  AND (getvariable('f_path') IS NULL OR saw_path);

CREATE OR REPLACE TEMP VIEW asked AS
SELECT * FROM spanned
WHERE NOT getvariable('has_filter') OR visit IN (SELECT visit FROM passing);

-- The lower of the two in the middle; of none, 0.
CREATE OR REPLACE TEMP MACRO lower_median(numbers) AS
coalesce(list_sort(numbers)[(len(numbers) + 1) // 2], 0);

-- Sums by currency, of a list of (currency, minor): one amount for each that occurs, by code.
CREATE OR REPLACE TEMP MACRO amounts(money) AS
list_transform(
    list_sort(list_distinct([m.currency FOR m IN money IF m IS NOT NULL])),
    lambda code : {
        'minor': list_sum([m.minor FOR m IN money IF m.currency = code])::BIGINT,
        'currency': code
    });

-- The name of a cause, by its bit.
CREATE OR REPLACE TEMP MACRO cause_name(bit) AS
['price_pause', 'idle_cart', 'to_and_fro', 'step_back', 'coupon_empty', 'shipping_shock', 'tab_switch',
 'add_remove_add'][1 + log2(bit)::INT];
