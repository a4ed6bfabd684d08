"""A key as eight spoken words: what two people compare over the phone."""

import hashlib
from typing import Final

COUNT: Final = 8

_LIST: Final = """
aap aarde abrikoos adem adres akker amandel anker appel arend arm asperge atlas auto avond
baard bad bakker bal balkon banaan bank baron beeld been beer beker berg bes bezem biet
bij bijl blad bloem boek boer bok bol boom boon boot bord borstel bos boter brief bril
broek brood brug buik bus camera cello cent cirkel citroen clown dadel dag dak dam das
deken deur dief dijk dok dolfijn doos dorp draad draak druif duif duim eend egel ei eik
eiland emmer engel erwt ezel fakkel fiets fles fluit fontein forel fornuis gans garage
garnaal gebak geit geluk gewei gitaar glas goud gras haai haan haas hagel hak hamer hand
harp haven hemd herfst hert heuvel hoed hond honing hooi hoorn huis inkt ivoor jaar jacht
jam jas jurk kaars kaas kachel kajak kalf kam kameel kano kapper kast kat ketel kers kip
kist klok knie knoop koek koffie komkommer konijn koning kraan krab krant krijt kroon
kruik kubus kussen kwast laars ladder lam lamp lasso leeuw lepel lift lijm linde lint
lucht maan maand mais mand mantel markt masker meel meeuw melk merel mier molen mond mos
motor muis munt muur naald nacht neus nest noot noorden oever olie olifant oor orgel oven
paard palm pan papier parel pauw peer pen peper piano pijl plank plein poort pop potlood
prei pruim raam regen ring rivier robot roos schaap schip school sleutel slak sneeuw soep
spiegel spin stad ster stoel storm straat strik suiker tafel tent thee tijger toren trap
trein trommel tulp vader varken
"""
WORDS: Final = tuple(_LIST.split())
"""Two hundred and fifty-six short words, one for each byte."""


def spoken(key: bytes) -> tuple[str, ...]:
    """Eight words of the public key's fingerprint; other keys have other words."""
    digest = hashlib.sha256(b"digipunt words" + key).digest()
    return tuple(WORDS[byte] for byte in digest[:COUNT])
