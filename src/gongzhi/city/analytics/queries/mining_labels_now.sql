-- the names behind the numbers of paths
select label, code from labels order by code
