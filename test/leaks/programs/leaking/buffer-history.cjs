// leaking: a thumbnail of every upload stays in memory
// right: thumbnail, upload
// class: external
// rate: 400
// written: 2026-11-21
const thumbnails = [];

function thumbnail(image) {
  const small = Buffer.allocUnsafeSlow(20_000);
  image.copy(small, 0, 0, 20_000);
  return small;
}

function upload(n) {
  const image = Buffer.alloc(200_000, n & 255);
  thumbnails.push({ n, small: thumbnail(image) });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      upload(n);
    },
    { perSecond: 20 },
  ),
);
