insert into sale (category, sold_in, quantity, price)
select
    case mod(x, 4) when 0 then 'books' when 1 then 'games' when 2 then 'garden' else 'music' end,
    concat('2026-', lpad(cast(1 + mod(x, 9) as varchar), 2, '0')),
    1 + mod(x * 7, 5),
    4.99 + mod(x * 13, 40)
from system_range(1, 20000);
