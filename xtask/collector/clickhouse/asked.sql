-- table spanned
SELECT * FROM history WHERE quarantine = 0 AND at >= {from} AND at < {to}

-- table told
SELECT
    visit,
    if(first_device = '', 'unknown', first_device) AS device,
    if(first_audience = '', 'unknown', first_audience) AS visitor_kind,
    if(first_language = '', 'unknown', first_language) AS language,
    if(first_source = '', 'direct', first_source) AS came_from,
    pages,
    paths
FROM (
    SELECT
        visit,
        argMinIf(device, place, kind = 'began') AS first_device,
        argMinIf(audience, place, kind = 'began') AS first_audience,
        argMinIf(language, place, kind = 'began') AS first_language,
        if(countIf(kind = 'remembered') > 0,
            argMinIf(source, place, kind = 'remembered'), argMinIf(source, place, kind = 'began')) AS first_source,
        groupUniqArrayIf(page, kind = 'viewed') AS pages,
        groupUniqArrayIf(path, kind = 'viewed') AS paths
    FROM spanned GROUP BY visit
)

-- table asked
SELECT * FROM spanned WHERE {filter}
