"""What generated instances are made of: owners and their applications, tasks, texts in several scripts."""

from __future__ import annotations

# Applications of an owner, the most used first. Owners are as unequal as their counts of applications.
APPS: dict[str, tuple[str, ...]] = {
    "digdir": ("be-om-api-tilgang", "kontaktskjema", "årsrapport"),
    "skd": ("mva-melding", "sirius-skattemelding", "formueinntekt"),
    "brg": ("krav-om-innsyn", "årsregnskap"),
    "nav": ("sykmelding", "foreldrepenger"),
    "ttd": ("frontend-test",),
}
OWNERS = ("digdir", "digdir", "digdir", "skd", "skd", "skd", "brg", "nav", "nav", "ttd")

# Element id, name, type of task.
TASKS = (("Task_1", "Utfylling", "data"), ("Task_2", "Bekreftelse", "confirmation"), ("Task_3", "Signering", "signing"))

TITLES = (
    "Søknad om bostøtte",
    "Årsregnskap 2019",
    "A\u030arsregnskap 2019",  # the same title, decomposed: another text
    "Ohcan doarjaga",
    "Wniosek o pozwolenie na budowę",
    "Αίτηση άδειας ΟΔΌΣ",
    "Заявление на визу",
    "申请建筑许可",
    "طلب تصريح",
    "Oppstart 🚀 bålplass",
    "Straße und Fluß",
    "50 % rabatt_på [alt] *nå*",
)
NAMES = ("Kari Nordmann", "Ola Nordmann", "Åse Blåbærfjell AS", "Μαρία Ιωάννου", "Ёлкин Пётр", "ÆØÅ HOLDING AS")
FILES = ("vedlegg.pdf", "målebrev (1).png", "σχέδιο.pdf", "план, этаж 2.pdf", "tegning 📐.svg", 'say "hi".txt')
TAGS = ("viktig", "vedlegg", "Innsyn", "urgent", "σήμα", "🔥")
SCANS = ("NotApplicable", "Pending", "Clean", "Clean", "Clean", "Infected")
LABELS = ("Under behandling", "Mangler vedlegg", "Godkjent")

# Data type, content type, extension of the file's name where it has a fixed one.
ELEMENTS = (
    ("model", "application/xml", None),
    ("ref-data-as-pdf", "application/pdf", "kvittering.pdf"),
    ("vedlegg", "application/pdf", ""),
    ("bilde", "image/png", ""),
)
