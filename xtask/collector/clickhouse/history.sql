-- The rows of one file, with what tells their order; texts that are not there are empty.
SELECT *, (at, run, ordinal) AS place
FROM (
    SELECT
        toUnixTimestamp64Milli(f.at) AS at, CAST(f.visit AS String) AS visit, ifNull(CAST(f.visitor AS Nullable(String)), '') AS visitor,
        toUInt64(f.run) AS run, toInt64(f.ordinal) AS ordinal, CAST(f.kind AS String) AS kind,
        toUInt8(f.quarantine) AS quarantine,
        ifNull(CAST(f.path AS Nullable(String)), '') AS path, ifNull(CAST(f.page AS Nullable(String)), '') AS page,
        ifNull(CAST(f.subject AS Nullable(String)), '') AS subject, ifNull(CAST(f.name AS Nullable(String)), '') AS name,
        f.number AS number, f.detail AS detail, ifNull(f.campaign, 0) AS campaign,
        ifNull(f.value, 0) AS value, ifNull(CAST(f.currency AS Nullable(String)), '') AS currency,
        ifNull(CAST(f.device AS Nullable(String)), '') AS device, ifNull(CAST(f.audience AS Nullable(String)), '') AS audience,
        ifNull(CAST(f.language AS Nullable(String)), '') AS language, ifNull(CAST(f.source AS Nullable(String)), '') AS source
    FROM file({file}, 'Parquet') AS f
)
WHERE {rest}
