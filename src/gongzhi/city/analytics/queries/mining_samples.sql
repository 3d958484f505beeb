-- times of each arc for tests: at most $most of each, chosen by a hash that both engines compute alike
select source, target, wait from (
    select before_label as source, label as target,
        greatest(0, case when $offered = 1 or start_us is null then us else start_us end - before_us) as wait,
        row_number() over (
            partition by before_label, label order by md5(concat(case_id, '/', cast(place as varchar))), case_id, place
        ) as nth
    from steps where before_label is not null
) as chosen
where nth <= $most order by source, target, wait
