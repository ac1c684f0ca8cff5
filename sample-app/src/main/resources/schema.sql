create table sale (
    category varchar(40) not null,
    sold_in  char(7)     not null,
    quantity int         not null,
    price    decimal(10, 2) not null
);
