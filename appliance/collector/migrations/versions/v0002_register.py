"""The register: regions, projects with their municipalities, places."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "region",
        sa.Column("region", sa.String(60), primary_key=True),
        sa.Column("nis", sa.String(5), primary_key=True),
    )
    op.create_table(
        "project",
        sa.Column("project", sa.String(63), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("promotor", sa.Text, nullable=False),
        sa.Column("trajectory", sa.String(20), nullable=False),
        sa.Column("call_round", sa.Integer),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("starts", sa.String(10)),
        sa.Column("ends", sa.String(10)),
        sa.Column("budget_cents", sa.BigInteger),
        sa.Column("programmes", sa.Text, nullable=False),
    )
    op.create_table(
        "project_municipality",
        sa.Column(
            "project",
            sa.String(63),
            sa.ForeignKey("project.project", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("nis", sa.String(5), primary_key=True),
        sa.Column("role", sa.String(10), primary_key=True),
        sa.Column("valid_from", sa.String(10)),
        sa.Column("valid_to", sa.String(10)),
    )
    op.create_table(
        "place",
        sa.Column("location", sa.String(63), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("nis", sa.String(5), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("project", sa.String(63)),
        sa.Column("expected_from", sa.String(10), nullable=False),
        sa.Column("expected_to", sa.String(10)),
    )


def downgrade() -> None:
    for table in ("place", "project_municipality", "project", "region"):
        op.drop_table(table)
