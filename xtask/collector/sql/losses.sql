WITH {runs},
sums AS (
    SELECT count(*) AS runs, count(*) FILTER (stored < sent) AS with_loss,
           coalesce(sum(sent), 0)::BIGINT AS sent, coalesce(sum(stored), 0)::BIGINT AS stored FROM runs
),
views AS (
    SELECT count(*) AS views, count(*) FILTER (detail = 1) AS loader_views FROM spanned WHERE kind = 'viewed'
)
SELECT {
    'runs': runs, 'runs_with_loss': with_loss, 'sent': sent, 'stored': stored, 'lost': sent - stored,
    'lost_permille': CASE WHEN sent > 0 THEN (sent - stored) * 1000 // sent END,
    'views': views, 'loader_views': loader_views
} FROM sums, views
