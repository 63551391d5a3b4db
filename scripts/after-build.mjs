// What tsc leaves to do: the register tables are checked bit by bit.
import './check-tables.mjs'
