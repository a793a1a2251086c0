"""Makes print.woff2 of Noto Sans Mono CJK SC, in which ASCII is exactly half as wide as Han characters.

    apt-get install fonts-noto-cjk=1:20220127+repack1-1 python3-fonttools python3-brotli
    /usr/bin/python3 assets/fonts/subset.py print.woff2

It holds every Han character that the font has (so all of the general table of 8105, and the extensions in which rare names
stand), all that the two-byte set of GB18030 has, Latin, Greek, Cyrillic, signs, figures in circles and lines of boxes.
"""
import sys
from fontTools import subset
from fontTools.ttLib import TTFont

source = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
font = TTFont(source, fontNumber=7)
assert font["name"].getDebugName(4) == "Noto Sans Mono CJK SC"
has = font.getBestCmap()
ranges = [(0x20, 0x24F), (0x370, 0x3FF), (0x400, 0x45F), (0x2000, 0x2BFF), (0x3000, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
          (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x323AF)]
want = {c for c in has if any(a <= c <= b for a, b in ranges)}
for a in range(0x81, 0xFF):
    for b in range(0x40, 0xFF):
        try:
            c = ord(bytes([a, b]).decode("gb18030"))
        except (UnicodeDecodeError, TypeError):
            continue
        if c in has and not 0xE000 <= c <= 0xF8FF:
            want.add(c)
options = subset.Options()
options.layout_features, options.hinting, options.flavor = [], False, "woff2"
options.name_IDs, options.notdef_outline = [0, 1, 2, 4, 13, 14], True
options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
cut = subset.Subsetter(options)
cut.populate(unicodes=want)
cut.subset(font)
subset.save_font(font, sys.argv[1], options)
