package io.llavasg.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {

  @TempDir Path folder = Path.of("");

  @TestFactory
  Stream<DynamicTest> filesDecodeToPillowsPixels() {
    return files(false)
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getKey(),
                    () -> {
                      Path path = Fixtures.file(file.getKey());
                      JsonNode expected = file.getValue();
                      expect(ImageFile.read(path, Orientation.IGNORE_EXIF), expected);
                      expect(
                          ImageFile.read(path, Orientation.APPLY_EXIF), expected.path("upright"));
                    }));
  }

  private static void expect(RgbImage image, JsonNode expected) {
    assertThat(image.width()).isEqualTo(expected.path("width").intValue());
    assertThat(image.height()).isEqualTo(expected.path("height").intValue());
    assertThat(Fixtures.sha256(image.toBytes())).isEqualTo(expected.path("sha256").textValue());
  }

  @Test
  void lossyWebpIsTurnedAndAnimationsShowTheirFirstFrame() {
    RgbImage turned =
        ImageFile.read(Fixtures.file("webp-orientation-6.webp"), Orientation.APPLY_EXIF);
    assertThat(turned.size()).isEqualTo(new Size(11, 20));
    assertThat(turned.pixel(10, 0)).isEqualTo(read("webp-orientation-6.webp").pixel(0, 0));
    assertThat(read("webp-animated.webp").size()).isEqualTo(new Size(24, 18));
    assertThat(read("webp-icc.webp").size()).isEqualTo(new Size(20, 11));
  }

  @TestFactory
  Stream<DynamicTest> whatPillowRefusesIsRefused() {
    return files(true)
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getKey(),
                    () -> refused(Fixtures.file(file.getKey())).contains(file.getKey())));
  }

  @Test
  void errorsSayWhatIsWrong() throws IOException {
    refused(Fixtures.file("bad-jpeg-half.jpg")).contains("truncated").contains("JPEG");
    refused(Fixtures.file("bad-png-half.png")).contains("truncated").contains("PNG");
    refused(Fixtures.file("bad-text.png")).contains("no image that this program knows");
    refused(Fixtures.file("bad-empty.jpg")).contains("is empty");
    refused(Fixtures.file("bad-jpeg-12-bit.jpg")).contains("12 bits");
    refused(folder.resolve("nowhere.jpg"))
        .contains("There is no image file")
        .contains("nowhere.jpg");
    refused(folder).contains("is a directory");
  }

  @Test
  void hugeImagesAreRefusedFromTheirHeaders() {
    for (String name :
        new String[] {"jpeg-huge.jpg", "png-huge.png", "gif-huge.gif", "bmp-huge.bmp"}) {
      refused(Fixtures.file("bad-" + name)).contains("900000000").contains("178956970");
    }
  }

  /** A film, or an archive: nobody wants it read into memory to be told what it is. */
  @Test
  void hugeFilesAreRefusedUnread() throws IOException {
    Path film = folder.resolve("film.mp4");
    try (RandomAccessFile sparse = new RandomAccessFile(film.toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }
    refused(film).contains("film.mp4", "3072 MB", "1024");
  }

  /** 16 bits a pixel, by masks of which the one for red is empty. */
  @Test
  void aBmpWithoutRedIsRefused() throws IOException {
    ByteBuffer file = ByteBuffer.allocate(66 + 8).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(66);
    file.putInt(40).putInt(2).putInt(2).putShort((short) 1).putShort((short) 16);
    file.putInt(3).putInt(8).putInt(0).putInt(0).putInt(0).putInt(0);
    file.putInt(0).putInt(0x07e0).putInt(0x001f);
    Path bmp = Files.write(folder.resolve("no-red.bmp"), file.array());
    refused(bmp).contains("no-red.bmp", "BMP", "0 bits");
  }

  @Test
  void theFormatIsFoundFromTheContent() throws IOException {
    Path misnamed = folder.resolve("really-a-png.jpg");
    Files.write(misnamed, Fixtures.bytes("png-rgb8.png"));
    assertThat(ImageFile.read(misnamed, Orientation.IGNORE_EXIF)).isEqualTo(read("png-rgb8.png"));
  }

  /** However a file is cut or spoilt, the outcome is an image or a refusal. */
  @Test
  void damagedFilesNeverFailInAnotherWay() {
    Random random = new Random(1);
    for (String name :
        new String[] {
          "jpeg-420.jpg",
          "jpeg-420-progressive.jpg",
          "jpeg-orientation-6.jpg",
          "png-rgb8.png",
          "png-palette4-interlaced.png",
          "gif-interlaced.gif",
          "gif-frame-inside.gif",
          "bmp-rle8.bmp",
          "bmp-palette8.bmp",
          "webp-lossless-alpha.webp",
          "webp-lossy-alpha.webp",
          "webp-animated.webp"
        }) {
      byte[] file = Fixtures.bytes(name);
      for (int i = 0; i < 40; i++) {
        imageOrRefusal(Arrays.copyOf(file, random.nextInt(file.length)), name + " cut");
        byte[] spoilt = file.clone();
        for (int n = 0; n < 3; n++) {
          spoilt[random.nextInt(i < 20 ? Math.min(100, file.length) : file.length)] ^=
              (byte) (1 + random.nextInt(255));
        }
        imageOrRefusal(spoilt, name + " spoilt");
      }
    }
  }

  private static void imageOrRefusal(byte[] file, String name) {
    try {
      assertThat(ImageFile.decode(file, name, Orientation.APPLY_EXIF).width()).isPositive();
    } catch (LlavaSgException e) {
      assertThat(e.fault()).isNotEqualTo(LlavaSgException.Fault.INTERNAL);
      assertThat(e.getMessage()).startsWith(name).doesNotContain("\n");
    }
  }

  @Test
  void tenPhotosDecodeAndResizeAsPillowsDo() {
    Assumptions.assumeTrue(Fixtures.shared().isPresent());
    Path shared = Fixtures.shared().orElseThrow();
    for (JsonNode photo : Fixtures.json("photos.json")) {
      RgbImage image =
          ImageFile.read(shared.resolve(photo.path("photo").textValue()), Orientation.IGNORE_EXIF);
      assertThat(Fixtures.sha256(image.toBytes())).isEqualTo(photo.path("sha256").textValue());
      for (JsonNode resized : photo.path("resized")) {
        Size to =
            new Size(resized.path("to").path(0).intValue(), resized.path("to").path(1).intValue());
        Filter filter = Filter.valueOf(resized.path("filter").textValue());
        assertThat(Fixtures.sha256(Resize.resize(image, to, filter).toBytes()))
            .as("%s to %s, %s", photo.path("photo"), to, filter)
            .isEqualTo(resized.path("sha256").textValue());
      }
    }
  }

  private static Stream<Map.Entry<String, JsonNode>> files(boolean refused) {
    return Fixtures.json("decode.json").properties().stream()
        .filter(file -> file.getValue().has("error") == refused);
  }

  private static RgbImage read(String name) {
    return ImageFile.read(Fixtures.file(name), Orientation.IGNORE_EXIF);
  }

  private static AbstractStringAssert<?> refused(Path file) {
    LlavaSgException e =
        catchThrowableOfType(
            LlavaSgException.class, () -> ImageFile.read(file, Orientation.IGNORE_EXIF));
    assertThat(e).as("refusal of %s", file).isNotNull();
    assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER);
    return assertThat(e.getMessage()).doesNotContain("\n");
  }
}
