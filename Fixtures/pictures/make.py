#!/usr/bin/python3
"""Writes the pictures of this folder, all of one code. Needs qrencode, cwebp, img2webp, and PIL (python3-pil).

    cd Fixtures/pictures && ./make.py
"""
import io
import struct
import subprocess
import zlib
from PIL import Image, ImageOps

PAYLOAD = "WIFI:T:WPA;S:Caf\u00e9;P:correct horse;;".encode()

png = subprocess.run(["qrencode", "-8", "-s", "4", "-m", "4", "-t", "PNG", "-o", "-"], input=PAYLOAD,
                     capture_output=True, check=True).stdout
code = Image.open(io.BytesIO(png)).convert("L")
side = code.width
blank = Image.new("L", code.size, 255)
rgb = Image.merge("RGB", (code, code.point(lambda v: max(v, 40)), code))

code.convert("1").save("bilevel.png", optimize=True)
code.save("grey.png", optimize=True)
rgb.save("color.png", optimize=True)
open("palette-transparent.png", "wb").write(png)

# White modules on nothing: shows on black only.
alpha = ImageOps.invert(code)
Image.merge("LA", (blank, alpha)).save("white-on-transparent.png", optimize=True)
# Black modules on nothing.
Image.merge("LA", (blank.point(lambda v: 0), alpha)).save("black-on-transparent.png", optimize=True)

rgb.save("color.jpg", quality=70)
code.save("grey.jpg", quality=70)
rgb.save("progressive.jpg", quality=70, progressive=True)
rgb.convert("CMYK").save("inks.jpg", quality=70)
# As webcams send their pictures: without Huffman tables.
plain = io.BytesIO()
rgb.save(plain, "JPEG", quality=70, optimize=False)
data, out, at = plain.getvalue(), b"\xff\xd8", 2
while at < len(data):
    marker, length = data[at + 1], struct.unpack(">H", data[at + 2:at + 4])[0]
    if marker == 0xDA:
        out += data[at:]
        break
    if marker != 0xC4:
        out += data[at:at + 2 + length]
    at += 2 + length
open("webcam.jpg", "wb").write(out)

rgb.save("lossy.webp", quality=60)
rgb.save("lossless.webp", lossless=True)
Image.merge("RGBA", (blank, blank, blank, alpha)).save("white-on-transparent.webp", lossless=True)
frames = [Image.new("L", code.size, 200), code]
frames[0].convert("RGB").save("second-frame.webp", save_all=True, append_images=[code.convert("RGB")], duration=100)
code.convert("P").save("plain.gif")
code.convert("P").save("interlaced.gif", interlace=1)
frames[0].convert("P").save("second-frame.gif", save_all=True, append_images=[code.convert("P")], duration=100)

# Two networks side by side.
two = Image.new("L", (2 * side + 40, side), 255)
for at, name in ((0, "Left"), (side + 40, "Right")):
    payload = f"WIFI:T:WPA;S:{name};P:correct horse;;".encode()
    png = subprocess.run(["qrencode", "-8", "-s", "4", "-m", "4", "-t", "PNG", "-o", "-"], input=payload,
                         capture_output=True, check=True).stdout
    two.paste(Image.open(io.BytesIO(png)).convert("L"), (at, 0))
two.save("two-networks.png", optimize=True)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


# 50,000 x 50,000 pixels, of which there is hardly one.
huge = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 50000, 50000, 8, 6, 0, 0, 0))
open("huge.png", "wb").write(huge + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b""))
# The largest that is read, of one grey: little to send and much to decode.
rows = zlib.compressobj(9)
body = b"".join(rows.compress(b"\0" * 1251) for _ in range(10000)) + rows.flush()
large = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 10000, 10000, 1, 0, 0, 0, 0))
open("large.png", "wb").write(large + chunk(b"IDAT", body) + chunk(b"IEND", b""))
huge = b"RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0\x2f\xff\xff\xff\x0f\x00" + b"\0" * 12
open("huge.webp", "wb").write(huge)
open("huge.gif", "wb").write(b"GIF89a\xff\xff\xff\xff\x80\0\0" + b"\xff\xff\xff\0\0\0" + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02L\x01\0;")
