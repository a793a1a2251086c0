package rawbench

// schema is what a hand-written program would keep for the same business: no ORM, no generic columns, but the
// same facts, keys and indexes. Amounts are int64 分, quantities and prices int64 scale 6, as in the product.
const schema = `
CREATE TABLE sequences (name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE periods (id TEXT PRIMARY KEY, open INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE idempotency (key TEXT PRIMARY KEY, input_hash BLOB NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE orders (
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, day TEXT NOT NULL, party INTEGER NOT NULL, state TEXT NOT NULL,
  net INTEGER NOT NULL, tax INTEGER NOT NULL, gross INTEGER NOT NULL CHECK (gross = net + tax),
  maker INTEGER NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL);
CREATE INDEX orders_party ON orders (party, day);
CREATE TABLE order_lines (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders, row INTEGER NOT NULL, item INTEGER NOT NULL,
  quantity INTEGER NOT NULL, price INTEGER NOT NULL, net INTEGER NOT NULL, tax INTEGER NOT NULL, gross INTEGER NOT NULL,
  delivered INTEGER NOT NULL, UNIQUE (order_id, row));

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, day TEXT NOT NULL, party INTEGER NOT NULL, warehouse INTEGER NOT NULL,
  state TEXT NOT NULL, gross INTEGER NOT NULL, maker INTEGER NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL);
CREATE INDEX deliveries_party ON deliveries (party, day);
CREATE TABLE delivery_lines (
  id INTEGER PRIMARY KEY, delivery_id INTEGER NOT NULL REFERENCES deliveries, row INTEGER NOT NULL, item INTEGER NOT NULL,
  quantity INTEGER NOT NULL, price INTEGER NOT NULL, gross INTEGER NOT NULL, cost INTEGER NOT NULL, UNIQUE (delivery_id, row));

CREATE TABLE links (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, source INTEGER NOT NULL, source_line INTEGER NOT NULL,
  target INTEGER NOT NULL, target_line INTEGER NOT NULL, quantity INTEGER NOT NULL, amount INTEGER NOT NULL, dead_at INTEGER);
CREATE INDEX links_source ON links (kind, source, source_line);
CREATE INDEX links_target ON links (kind, target, target_line);

CREATE TABLE moves (
  id INTEGER PRIMARY KEY, day TEXT NOT NULL, item INTEGER NOT NULL, warehouse INTEGER NOT NULL, quantity INTEGER NOT NULL,
  value INTEGER NOT NULL, document INTEGER NOT NULL, line INTEGER NOT NULL);
CREATE INDEX moves_item ON moves (item, warehouse, day);
CREATE TABLE on_hand (
  item INTEGER NOT NULL, warehouse INTEGER NOT NULL, batch TEXT NOT NULL, quantity INTEGER NOT NULL,
  PRIMARY KEY (item, warehouse, batch)) WITHOUT ROWID;
CREATE TABLE pools (item INTEGER PRIMARY KEY, quantity INTEGER NOT NULL, value INTEGER NOT NULL, last_cost INTEGER NOT NULL);

CREATE TABLE open_items (
  id INTEGER PRIMARY KEY, party INTEGER NOT NULL, day TEXT NOT NULL, due TEXT NOT NULL, document INTEGER NOT NULL,
  amount INTEGER NOT NULL, settled INTEGER NOT NULL);
CREATE INDEX open_items_party ON open_items (party, day);

CREATE TABLE vouchers (
  id INTEGER PRIMARY KEY, period TEXT NOT NULL REFERENCES periods, number INTEGER NOT NULL, day TEXT NOT NULL,
  document INTEGER NOT NULL, posted INTEGER NOT NULL, hash BLOB NOT NULL, UNIQUE (period, number));
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, voucher INTEGER NOT NULL REFERENCES vouchers, row INTEGER NOT NULL, account INTEGER NOT NULL,
  party INTEGER NOT NULL, debit INTEGER NOT NULL, credit INTEGER NOT NULL, summary TEXT NOT NULL, UNIQUE (voucher, row));
CREATE INDEX entries_account ON entries (account, party);
CREATE TABLE balances (
  account INTEGER NOT NULL, period TEXT NOT NULL, party INTEGER NOT NULL, debit INTEGER NOT NULL, credit INTEGER NOT NULL,
  PRIMARY KEY (account, period, party)) WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY, resource TEXT NOT NULL, record INTEGER NOT NULL, action TEXT NOT NULL, actor INTEGER NOT NULL,
  at INTEGER NOT NULL, diff TEXT NOT NULL, hash BLOB NOT NULL);
CREATE INDEX audit_record ON audit (resource, record);

INSERT INTO sequences VALUES ('order', 1), ('delivery', 1), ('voucher', 1);
INSERT INTO periods VALUES ('2026-11', 1);
`

// statements are the texts of one order, in the order in which they run. Multi-row inserts carry one row for
// each line of the order (Lines) or each entry of its voucher (voucherEntries).
var statements = [...]string{
	stClaimKey:     `INSERT INTO idempotency (key, input_hash, answer, at) VALUES (?, ?, '', ?)`,
	stPeriod:       `SELECT open FROM periods WHERE id = ?`,
	stOnHand:       `SELECT item, quantity FROM on_hand WHERE warehouse = ? AND batch = '' AND item IN (?, ?, ?, ?, ?)`,
	stPools:        `SELECT item, quantity, value FROM pools WHERE item IN (?, ?, ?, ?, ?)`,
	stOrderNumber:  nextNumber,
	stOrder:        `INSERT INTO orders VALUES ` + rows(1, 11),
	stOrderLines:   `INSERT INTO order_lines VALUES ` + rows(Lines, 10),
	stDelivNumber:  nextNumber,
	stDelivery:     `INSERT INTO deliveries VALUES ` + rows(1, 10),
	stDelivLines:   `INSERT INTO delivery_lines VALUES ` + rows(Lines, 8),
	stFulfils:      `INSERT INTO links VALUES ` + rows(Lines, 9),
	stProgress:     `UPDATE order_lines SET delivered = (SELECT SUM(quantity) FROM links WHERE kind = 'fulfils' AND source = order_lines.order_id AND source_line = order_lines.id AND dead_at IS NULL) WHERE order_id = ?`,
	stMoves:        `INSERT INTO moves VALUES ` + rows(Lines, 8),
	stOnHandTake:   `INSERT INTO on_hand VALUES ` + rows(Lines, 4) + ` ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity`,
	stPoolsTake:    `INSERT INTO pools VALUES ` + rows(Lines, 4) + ` ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity, value = value + excluded.value`,
	stOpenItem:     `INSERT INTO open_items VALUES ` + rows(1, 7),
	stBills:        `INSERT INTO links VALUES ` + rows(1, 9),
	stVoucherNo:    nextNumber,
	stVoucher:      `INSERT INTO vouchers VALUES ` + rows(1, 7),
	stEntries:      `INSERT INTO entries VALUES ` + rows(voucherEntries, 8),
	stBalances:     `INSERT INTO balances VALUES ` + rows(voucherEntries, 5) + ` ON CONFLICT DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit`,
	stAudit:        `INSERT INTO audit VALUES ` + rows(1, 8),
	stFinishAnswer: `UPDATE idempotency SET answer = ? WHERE key = ?`,
}

// Positions in statements.
const (
	stClaimKey = iota
	stPeriod
	stOnHand
	stPools
	stOrderNumber
	stOrder
	stOrderLines
	stDelivNumber
	stDelivery
	stDelivLines
	stFulfils
	stProgress
	stMoves
	stOnHandTake
	stPoolsTake
	stOpenItem
	stBills
	stVoucherNo
	stVoucher
	stEntries
	stBalances
	stAudit
	stFinishAnswer
)

const nextNumber = `UPDATE sequences SET next = next + 1 WHERE name = ? RETURNING next - 1`
