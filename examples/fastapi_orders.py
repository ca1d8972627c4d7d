"""Orders over HTTP with FastAPI and SQLAlchemy.

pip install 'paramql[fastapi,sqlalchemy]' uvicorn
uvicorn --app-dir examples fastapi_orders:app
curl 'http://127.0.0.1:8000/orders?status=sent&total=gte:900&size=5'   (and open /docs)
"""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI
from pydantic import AfterValidator, BaseModel, ConfigDict
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import QueuePool

# filters: begin
import paramql as pq
from paramql.integrations.fastapi import EXCEPTION_HANDLERS, RESPONSES, Filters, next_link
from paramql.integrations.models import schema_of, target_of

# filters: end
from shop import SORTABLE, TOKENS, orders


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str | None]
    status: Mapped[Literal["new", "sent", "returned"]]
    placed: Mapped[dt.datetime]  # in UTC
    total: Mapped[int | None]


class Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    customer: str | None
    status: str
    placed: Annotated[dt.datetime, AfterValidator(lambda at: at.replace(tzinfo=dt.UTC))]
    total: int | None


class Page(BaseModel):
    orders: list[Shown]
    next: str | None


def opened() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


Opened = Annotated[Session, Depends(opened)]
MEMORY = "sqlite:///file:fastapi_orders?mode=memory&cache=shared&check_same_thread=false&uri=true"
engine = create_engine(MEMORY, poolclass=QueuePool)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all(Order(**order) for order in orders())
    session.commit()

# filters: begin
SCHEMA = schema_of(Order, only=Shown.model_fields, settings=SORTABLE, order="desc:placed", size=20, tokens=TOKENS)
TABLE = target_of(SCHEMA)
app = FastAPI(title="Orders", exception_handlers=EXCEPTION_HANDLERS)


@app.get("/orders", response_model=Page, responses=RESPONSES)
def list_orders(asked: Annotated[pq.Query, Depends(Filters(SCHEMA))], session: Opened) -> Any:
    page = pq.page(asked, TABLE)
    result = page.finish(session.scalars(select(Order).where(page.where).order_by(*page.order_by).limit(page.limit)))
    return {"orders": result.items, "next": next_link(asked, result)}


# filters: end
