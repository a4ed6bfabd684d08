"""How boxes come to be known, their keys, and what goes down to them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "box_place",
        sa.Column("box", sa.String(26), primary_key=True),
        sa.Column("location", sa.String(63), primary_key=True),
        sa.Column("nr", sa.Integer, nullable=False),
    )
    op.create_table(
        "box_key",
        sa.Column("box", sa.String(26), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("chain", sa.String(16), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("arrived", sa.String(20), nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "box_follow",
        sa.Column("box", sa.String(26), primary_key=True),
        sa.Column("chain", sa.String(16), primary_key=True),
        sa.Column("before", sa.String(26), primary_key=True),
        sa.Column("received", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "enrol_code",
        sa.Column("code_key", sa.LargeBinary(32), primary_key=True),
        sa.Column("location", sa.String(63), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("ends", sa.String(20), nullable=False),
        sa.Column("used_by", sa.String(26)),
    )
    op.create_table(
        "paper",
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("scope", sa.String(5), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "news",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("sort", sa.String(10), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
    )
    op.create_table(
        "root",
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    for table in ("root", "news", "paper", "enrol_code", "box_follow", "box_key", "box_place"):
        op.drop_table(table)
