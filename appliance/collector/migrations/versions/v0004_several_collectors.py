"""What several collectors on one database must know of each other."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "try",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("pauses", sa.Integer, nullable=False),
        sa.Column("until", sa.String(20), nullable=False),
        sa.Column("tried", sa.String(20), nullable=False),
    )
    op.create_table(
        "signed_out",
        sa.Column("session", sa.String(16), primary_key=True),
        sa.Column("ends", sa.String(20), nullable=False),
    )
    op.create_index("envelope_nr", "envelope", ["box", "nr"], unique=True)
    op.create_table("keeper", sa.Column("public_key", sa.LargeBinary(32), primary_key=True))


def downgrade() -> None:
    op.drop_index("envelope_nr", "envelope")
    for table in ("keeper", "signed_out", "try"):
        op.drop_table(table)
