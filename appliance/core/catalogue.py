"""What a digipunt offers and what people ask: stable codes, Dutch names as source texts."""

from dataclasses import dataclass
from typing import Final

from appliance.core.ids import ServiceId

VERSION: Final = "2026.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Something people come for."""

    code: ServiceId
    name: str
    short: str
    goal: int | None
    """1 access, 2 skills, 3 essential services."""
    offer: str
    """vragen, toegang, uitlenen or competenties."""
    ticket: bool
    """Whether people queue for it."""
    default_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a visit was about, set by the helper, never required."""

    code: str
    name: str
    short: str
    discreet: bool
    """Shown on the tablet as a pictogram only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Where somebody is sent on to: no wrong door."""

    code: str
    name: str
    short: str
    what: str
    """What people find there, for a helper."""


SERVICES: Final = (
    Service(
        code=ServiceId("help"),
        name="Hulp bij een digitale vraag",
        short="Digitale vraag",
        goal=3,
        offer="vragen",
        ticket=True,
        default_on=True,
    ),
    Service(
        code=ServiceId("egov"),
        name="Hulp bij online overheidsdiensten",
        short="Online overheid",
        goal=3,
        offer="vragen",
        ticket=True,
        default_on=True,
    ),
    Service(
        code=ServiceId("forms"),
        name="Brieven en formulieren",
        short="Brief, formulier",
        goal=3,
        offer="vragen",
        ticket=True,
        default_on=False,
    ),
    Service(
        code=ServiceId("job"),
        name="Hulp bij werk zoeken",
        short="Werk zoeken",
        goal=3,
        offer="vragen",
        ticket=True,
        default_on=False,
    ),
    Service(
        code=ServiceId("pc"),
        name="Computer en internet gebruiken",
        short="Computer",
        goal=1,
        offer="toegang",
        ticket=True,
        default_on=True,
    ),
    Service(
        code=ServiceId("wifi"),
        name="Gratis wifi",
        short="Wifi",
        goal=1,
        offer="toegang",
        ticket=False,
        default_on=True,
    ),
    Service(
        code=ServiceId("loan"),
        name="Toestel lenen of terugbrengen",
        short="Toestel lenen",
        goal=1,
        offer="uitlenen",
        ticket=True,
        default_on=True,
    ),
    Service(
        code=ServiceId("collect"),
        name="Oud toestel binnenbrengen",
        short="Toestel brengen",
        goal=1,
        offer="uitlenen",
        ticket=True,
        default_on=True,
    ),
    Service(
        code=ServiceId("repair"),
        name="Toestel herstellen",
        short="Herstellen",
        goal=2,
        offer="competenties",
        ticket=True,
        default_on=False,
    ),
    Service(
        code=ServiceId("course"),
        name="Les of workshop",
        short="Les",
        goal=2,
        offer="competenties",
        ticket=False,
        default_on=True,
    ),
    Service(
        code=ServiceId("practice"),
        name="Oefenen op je eigen tempo",
        short="Oefenen",
        goal=2,
        offer="competenties",
        ticket=True,
        default_on=False,
    ),
    Service(
        code=ServiceId("guide"),
        name="Wegwijs: waar kan ik terecht?",
        short="Wegwijs",
        goal=None,
        offer="vragen",
        ticket=True,
        default_on=False,
    ),
    Service(
        code=ServiceId("call"),
        name="Hulp via telefoon",
        short="Telefoon",
        goal=3,
        offer="vragen",
        ticket=False,
        default_on=False,
    ),
    Service(
        code=ServiceId("home"),
        name="Hulp aan huis",
        short="Aan huis",
        goal=3,
        offer="vragen",
        ticket=False,
        default_on=False,
    ),
    Service(
        code=ServiceId("other"),
        name="Iets anders",
        short="Iets anders",
        goal=None,
        offer="vragen",
        ticket=True,
        default_on=False,
    ),
)

TOPICS: Final = (
    Topic(
        code="id-key",
        name="Aanmelden: eID, itsme, digitale sleutel",
        short="Aanmelden",
        discreet=False,
    ),
    Topic(
        code="inbox",
        name="Digitale post: eBox, Mijn Burgerprofiel",
        short="Digitale post",
        discreet=False,
    ),
    Topic(
        code="letter",
        name="Brief of formulier begrijpen, invullen",
        short="Brief of formulier",
        discreet=False,
    ),
    Topic(
        code="sign-book",
        name="Online afspraak, document zoeken of tekenen",
        short="Online afspraak",
        discreet=False,
    ),
    Topic(code="tax", name="Belastingen (Tax-on-web)", short="Belastingen", discreet=False),
    Topic(
        code="benefit",
        name="Premie, uitkering, pensioen",
        short="Premie of uitkering",
        discreet=True,
    ),
    Topic(
        code="work",
        name="Werk zoeken, inschrijven, solliciteren",
        short="Werk zoeken",
        discreet=False,
    ),
    Topic(
        code="bank", name="Bankieren, betalen, online kopen", short="Bank en betalen", discreet=True
    ),
    Topic(
        code="health",
        name="Gezondheid: afspraak, dossier, medicatie",
        short="Gezondheid",
        discreet=True,
    ),
    Topic(
        code="living",
        name="Wonen, energie, water, post, telecom",
        short="Wonen en energie",
        discreet=False,
    ),
    Topic(code="school", name="School en kinderen", short="School", discreet=False),
    Topic(
        code="contact",
        name="E-mail, bellen, foto’s, familie en vrienden",
        short="E-mail en bellen",
        discreet=False,
    ),
    Topic(
        code="device",
        name="Toestel: instellen, werkt niet, trage wifi",
        short="Toestel",
        discreet=False,
    ),
    Topic(
        code="basics",
        name="Basis leren: muis, klikken, zoeken, typen",
        short="Basis leren",
        discreet=False,
    ),
    Topic(
        code="safety",
        name="Veilig online: phishing, wachtwoord, privacy",
        short="Veilig online",
        discreet=False,
    ),
    Topic(code="media", name="Nieuws, media, AI", short="Nieuws en AI", discreet=False),
    Topic(code="other", name="Iets anders", short="Iets anders", discreet=False),
    Topic(code="unknown", name="Niet ingevuld", short="Niet ingevuld", discreet=False),
)

MEASURES: Final = ("call", "home", "group", "pc", "first")
"""What can be tallied without a ticket."""

REFERRALS: Final = (
    Referral(
        code="municipality",
        name="Gemeenteloket",
        short="Gemeente",
        what="Identiteitskaart, rijbewijs, adreswijziging, premies van de gemeente",
    ),
    Referral(
        code="ocmw",
        name="OCMW",
        short="OCMW",
        what="Leefloon, hulp bij schulden en energie, dringende steun",
    ),
    Referral(
        code="vdab",
        name="VDAB (in Brussel: Actiris)",
        short="VDAB",
        what="Werk zoeken, inschrijven, opleiding",
    ),
    Referral(
        code="adult-education",
        name="Ligo of CVO",
        short="Ligo of CVO",
        what="Lessen Nederlands, lezen, rekenen en computer",
    ),
    Referral(
        code="library",
        name="Bibliotheek",
        short="Bibliotheek",
        what="Computer, internet, afdrukken, boeken en lessen",
    ),
    Referral(
        code="caw",
        name="CAW",
        short="CAW",
        what="Welzijn, wonen, relaties, papieren, vragen van jongeren",
    ),
    Referral(
        code="community-work",
        name="SAAMO (samenlevingsopbouw)",
        short="SAAMO",
        what="Buurtwerk, wonen, rechten, samen iets aanpakken",
    ),
    Referral(
        code="health-fund",
        name="Mutualiteit",
        short="Mutualiteit",
        what="Ziekte, terugbetaling, uitkering, hulp thuis",
    ),
    Referral(
        code="union",
        name="Vakbond",
        short="Vakbond",
        what="Werkloosheid, loon, ontslag, vakantiegeld",
    ),
    Referral(
        code="family-fund",
        name="Kinderbijslagfonds",
        short="Kinderbijslag",
        what="Groeipakket, geboorte, toeslagen",
    ),
    Referral(
        code="utility",
        name="Energie, water of telecom",
        short="Energie, telecom",
        what="Factuur, verhuizen, sociaal tarief",
    ),
    Referral(
        code="bank",
        name="Bank",
        short="Bank",
        what="Rekening, kaart, bankieren, verdachte betaling",
    ),
    Referral(
        code="reuse-shop",
        name="Kringwinkel",
        short="Kringwinkel",
        what="Tweedehands toestel kopen of binnenbrengen, herstellen",
    ),
    Referral(
        code="sibling",
        name="Een andere plek zoals deze",
        short="Andere plek",
        what="Dezelfde hulp, op een ander moment of dichterbij",
    ),
    Referral(
        code="other",
        name="Ergens anders",
        short="Ergens anders",
        what="Wat hierboven niet staat",
    ),
)
"""Targets of the outcome `referred`; each place may add how to find them."""


def service(code: str) -> Service | None:
    """The service of that code."""
    return next((one for one in SERVICES if one.code == code), None)
