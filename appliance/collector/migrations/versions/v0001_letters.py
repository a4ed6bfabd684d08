"""Boxes, letters, what follows from them, and who may look."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "box",
        sa.Column("box", sa.String(26), primary_key=True),
        sa.Column("public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked", sa.String(20), nullable=False),
        sa.Column("decided", sa.String(20)),
        sa.Column("decided_by", sa.String(60)),
    )
    op.create_table(
        "envelope",
        sa.Column("box", sa.String(26), primary_key=True),
        sa.Column("chain", sa.String(16), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("nr", sa.Integer, nullable=False),
        sa.Column("arrived", sa.String(20), nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "shelf",
        sa.Column("box", sa.String(26), primary_key=True),
        sa.Column("chain", sa.String(16), primary_key=True),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "letter",
        sa.Column("box", sa.String(26), primary_key=True),
        sa.Column("chain", sa.String(16), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("nr", sa.Integer, nullable=False),
        sa.Column("arrived", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("location", sa.String(63), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("nis", sa.String(5), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("grain", sa.String(7), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("end_day", sa.String(10), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("k", sa.BigInteger, nullable=False),
        sa.Column("software", sa.String(64), nullable=False),
        sa.Column("totals", sa.Text, nullable=False),
        sa.Column("breakdown", sa.Text, nullable=False),
    )
    op.create_index("letter_state", "letter", ["box", "state"])
    op.create_index("letter_first_day", "letter", ["first_day", "grain"])
    op.create_table(
        "told",
        sa.Column("box", sa.String(26), primary_key=True),
        sa.Column("location", sa.String(63), primary_key=True),
        sa.Column("period", sa.String(8), primary_key=True),
        sa.Column("grain", sa.String(7), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("nis", sa.String(5), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("totals", sa.Text, nullable=False),
        sa.Column("released", sa.Text, nullable=False),
        sa.Column("breakdown", sa.Text, nullable=False),
        sa.Column("letters", sa.Text, nullable=False),
    )
    op.create_index("told_first_day", "told", ["first_day", "grain"])
    op.create_table(
        "account",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("account", "told", "letter", "shelf", "envelope", "box"):
        op.drop_table(table)
