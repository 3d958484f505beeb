-- the cases behind a figure: of a path ($path), or of an arc ($source, $target), the longest first, by reference number
select c.number, max(f.wait) as wait from (
    select p.case_id, p.span as wait from paths as p where $path <> '' and p.path = $path
    union all
    select s.case_id, s.us - s.before_us as wait from steps as s
    where $path = '' and s.before_label = $source and s.label = $target
) as f join chosen as c on c.case_id = f.case_id
group by c.case_id, c.number order by wait desc, c.number limit $most
