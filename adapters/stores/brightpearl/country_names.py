"""Spellings of countries that Unicode's lists do not have: formal names, old names, abbreviations, names of parts.

Written without accents, case, punctuation and articles; "st" stands for "saint". What is not one country's name is AMBIGUOUS.
"""

from __future__ import annotations

from collections.abc import Mapping

FURTHER_NAMES: Mapping[str, str] = {
    "AE": "uae;emirates;u a emirates",
    "AG": "antigua",
    "AX": "aland;aland islands;ahvenanmaa",
    "BA": "bosnia;bosnia herzegovina;bosnia hercegovina;bosnia and hercegovina;bih",
    "BN": "brunei darussalam;nation of brunei;state of brunei darussalam",
    "BO": "plurinational state of bolivia",
    "BQ": "bonaire;bonaire st eustatius and saba;bonaire sint eustatius and saba;netherlands caribbean;saba;sint eustatius;"
    "st eustatius;caribbean netherlands",
    "BY": "byelorussia;belorussia",
    "CC": "cocos islands;keeling islands;cocos keeling islands",
    "CD": "democratic republic of the congo;democratic republic of congo;congo democratic republic of the;congo kinshasa;"
    "congo the democratic republic of the;congo democratic republic;dr congo;drc;d r congo;zaire;congo drc;congo dr;"
    "democratic republic congo;democratic congo",
    "CF": "car;central african republic",
    "CG": "congo;republic of the congo;republic of congo;congo republic;congo republic of;congo republic of the;"
    "congo brazzaville",
    "CH": "swiss confederation;confoederatio helvetica",
    "CI": "elfenbeinkuste;costa de marfil;ivory coast;cote d ivoire;cote divoire;republic of cote d ivoire;"
    "republic of cote divoire",
    "CN": "中华人民共和国;中華人民共和國;peoples republic of china;people s republic of china;prc;pr china;p r china;china prc;"
    "china peoples republic of;"
    "china people s republic of;mainland china;china mainland",
    "CV": "cape verde;cabo verde islands",
    "CZ": "czech republic;the czech republic;czechoslovakia czech republic;cz republic;ceska republika",
    "DE": "federal republic of germany;brd;bundesrepublik deutschland;west germany;allemagne",
    "DK": "kingdom of denmark",
    "DO": "dominican republic;rep dominicana;santo domingo",
    "EH": "sahrawi arab democratic republic",
    "ES": "canary islands;islas canarias;canarias;canaries;balearic islands;islas baleares;baleares;ceuta;melilla;"
    "kingdom of spain;mallorca;majorca;ibiza;tenerife;gran canaria;lanzarote;fuerteventura;peninsula iberica espana",
    "FK": "falkland islands malvinas;falklands;malvinas;islas malvinas",
    "FM": "micronesia;federated states of micronesia;micronesia federated states of",
    "FR": "french republic;metropolitan france;france metropolitaine;france metropolitan;corsica",
    "GB": "uk;u k;great britain;britain;england;scotland;wales;northern ireland;gb;gbr;united kingdom uk;gr britain;"
    "united kingdom of great britain and northern ireland;great britain and northern ireland;u kingdom;utd kingdom;"
    "great britain uk;england uk;scotland uk;wales uk;northern ireland uk;angleterre",
    "GM": "gambia;republic of the gambia;islamic republic of the gambia",
    "GR": "hellas;hellenic republic;ellas;ellada",
    "HK": "香港;hong kong;hong kong china;hong kong sar;hong kong s a r;hongkong;hksar;hk sar",
    "HM": "heard and mcdonald islands;heard island and mcdonald islands;heard and mc donald islands",
    "IE": "eire;republic of ireland;ireland republic of;ireland republic;southern ireland;irish republic;roi;ireland eire",
    "IR": "islamic republic of iran;iran islamic republic of;persia",
    "IT": "italian republic;sicily;sardinia",
    "JP": "nippon;nihon",
    "KG": "kyrgyz republic;kirghizia;kirgizstan;kirghizstan",
    "KN": "st kitts;st kitts nevis;st christopher and nevis;federation of st kitts and nevis;nevis",
    "KP": "north korea;democratic people s republic of korea;democratic peoples republic of korea;dprk;"
    "korea democratic people s republic of;korea democratic peoples republic of;korea north;korea dpr",
    "KR": "korea;republic of korea;korea republic of;south korea;korea south;s korea;rok;korea republic;daehan minguk",
    "LA": "lao people s democratic republic;lao peoples democratic republic;lao pdr;lao",
    "LK": "ceylon;democratic socialist republic of sri lanka",
    "LY": "libyan arab jamahiriya;socialist people s libyan arab jamahiriya",
    "MD": "republic of moldova;moldova republic of;moldavia",
    "MF": "st martin french part;st martin french;french st martin",
    "MK": "macedonia;the former yugoslav republic of macedonia;macedonia the former yugoslav republic of;fyrom;fyr macedonia;"
    "former yugoslav republic of macedonia;republic of north macedonia;macedonia fyrom;republic of macedonia;"
    "macedonia former yugoslav republic of",
    "MM": "burma;myanmar;myanmar burma;union of burma;republic of the union of myanmar",
    "MO": "澳門;澳门;macau;macao;macau china;macao china;macau sar;macao sar;macau s a r",
    "MV": "maldive islands",
    "NL": "holland;netherlands;kingdom of the netherlands;nederland;the netherlands holland;netherlands holland",
    "NZ": "aotearoa;new zealand aotearoa",
    "PF": "tahiti;french polynesia tahiti",
    "PM": "st pierre;st pierre miquelon",
    "PN": "pitcairn;pitcairn island",
    "PS": "palestine;palestinian territory;palestinian territory occupied;palestine state of;state of palestine;"
    "palestinian territories;occupied palestinian territory;west bank;gaza;gaza strip;palestinian authority",
    "PT": "azores;acores;madeira;portuguese republic",
    "PW": "belau",
    "QA": "state of qatar",
    "RE": "reunion;reunion island;ile de la reunion",
    "RS": "republic of serbia",
    "RU": "russian federation;russia federation",
    "SH": "st helena;ascension island;tristan da cunha;st helena ascension and tristan da cunha",
    "SJ": "svalbard;jan mayen;svalbard and jan mayen islands",
    "SK": "slovak republic;slovakia;slovenska republika",
    "SM": "most serene republic of san marino",
    "ST": "sao tome;st tome and principe",
    "SX": "st maarten;sint maarten dutch part;st maarten dutch part;st martin dutch part;dutch st martin;st martin dutch",
    "SY": "syrian arab republic;syria arab republic",
    "SZ": "swaziland;kingdom of eswatini;eswatini swaziland;kingdom of swaziland",
    "TC": "turks and caicos;turks caicos;turks and caicos is",
    "TF": "french southern territories;french southern and antarctic lands",
    "TL": "east timor;timor east;democratic republic of timor leste;timor leste east timor;timor leste",
    "TR": "turkey;turkiye;republic of turkey;republic of turkiye",
    "TT": "trinidad;tobago;trinidad tobago",
    "TW": "臺灣;中華民國;taiwan province of china;taiwan roc;taiwan r o c;republic of china;taiwan republic of china;roc;"
    "chinese taipei;taiwan china;formosa;r o c",
    "TZ": "united republic of tanzania;tanzania united republic of;zanzibar",
    "UM": "us minor outlying islands;united states minor outlying islands;u s minor outlying islands",
    "US": "usa;u s a;us;u s;united states of america;america;estados unidos de america;eeuu;ee uu;e e u u;"
    "etats unis d amerique;"
    "vereinigte staaten von amerika;united states usa;united states us;us of a;united states america;u s of america;"
    "stati uniti d america;the states;hawaii;alaska",
    "VA": "holy see;holy see vatican city state;vatican;vatican city state;state of the vatican city",
    "VC": "st vincent;st vincent grenadines;st vincent and the grenadines",
    "VE": "bolivarian republic of venezuela;venezuela bolivarian republic of",
    "VG": "virgin islands british;bvi;british virgin islands;virgin islands uk;virgin islands gb;tortola",
    "VI": "virgin islands u s;us virgin islands;u s virgin islands;virgin islands us;usvi;virgin islands usa;"
    "united states virgin islands;virgin islands of the united states;virgin islands american;american virgin islands",
    "VN": "viet nam;socialist republic of vietnam;socialist republic of viet nam",
    "WF": "wallis and futuna islands;wallis futuna",
    "WS": "western samoa",
    "XK": "kosovo;republic of kosovo;kosova",
    "YE": "republic of yemen",
    "ZA": "rsa;republic of south africa;s africa;suid afrika",
    "ZW": "rhodesia",
}

# Names that more than one country goes by, in one language or between two: none of them is guessed.
AMBIGUOUS = frozenset(
    {
        *("virgin islands", "st martin", "st martin island", "san martin", "kongo", "guiana", "west indies", "antilles"),
        *("yugoslavia", "czechoslovakia", "netherlands antilles", "dutch antilles", "ussr", "soviet union"),
        *("serbia and montenegro", "channel islands", "cyprus north", "northern cyprus", "caribbean", "scandinavia"),
        *("europe", "european union", "africa", "asia", "oceania"),
    }
)
