"""What is not well with the box, and what a volunteer can do about it."""

from appliance.web.texts import Texts


def condition_sentence(name: str, texts: Texts) -> str:
    """One condition in plain words; an unknown one by its name, never silence."""
    _ = texts.gettext
    sentences = {
        "store-read-only": _(
            "De kast kan niets meer bewaren. Neem een papieren nummer. "
            "Trek de stekker uit, wacht tien tellen en steek hem weer in."
        ),
        "store-damaged": _("De kaart was beschadigd. Kijk na of alle nummers er staan."),
        "settings-do-not-fit": _("De instellingen passen niet meer. Laat je coördinator kijken."),
        "clock-untrusted": _("De klok is niet zeker. Open en sluit de inloop zelf."),
        "clock-jumped": _("De klok versprong. De nummers gaan gewoon door. Sluit de inloop zelf."),
        "power-came-back": _("De kast viel even uit. Alle nummers zijn er nog."),
        "panel-display": _("Het scherm op de kast werkt niet. De nummers gaan door."),
        "panel-lamp": _("De lamp van de knop werkt niet. De knop wel."),
        "panel-buzzer": _("Het geluid van de kast werkt niet. Roep het nummer zelf."),
        "wifi-gone": _("De gratis wifi is niet in de lucht. De nummers gaan gewoon door."),
        "gate-broken": _("De poort van de wifi werkt niet. De wifi blijft daarom uit."),
        "gate-open": _("De poort van de wifi lekte bij een proef. De wifi is uit."),
        "wifi-names": _("Telefoons krijgen geen adres op de wifi. De nummers gaan door."),
        "uplink-gone": _("Er is geen internet. De nummers gaan gewoon door."),
        "coordinator-silent": _("De coördinator antwoordt niet. De cijfers wachten hier veilig."),
        "coordinator-refuses": _("De coördinator neemt de cijfers niet aan. Bel haar of hem."),
        "essential-list": _("De lijst met vrije sites heeft een fout. De oude lijst geldt."),
    }
    if name in sentences:
        return sentences[name]
    if name.startswith("panel-button-"):
        button = name.removeprefix("panel-button-")
        return _("Knop {n} zit vast en staat uit. Maak hem los, of geef nummers hier.", n=button)
    return _("Er is iets mis met de kast ({name}).", name=name)
