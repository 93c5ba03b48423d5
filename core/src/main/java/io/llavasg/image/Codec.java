package io.llavasg.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The JDK's own ImageIO readers, asked for samples as they are stored. */
enum Codec {
  JPEG,
  PNG,
  GIF,
  BMP;

  static {
    ImageIO.setUseCache(false);
  }

  /** Decoded samples without any conversion of colours. */
  Raster raster(byte[] file) throws IOException {
    return decoded(file, (reader) -> reader.readRaster(0, null));
  }

  BufferedImage image(byte[] file) throws IOException {
    return decoded(file, (reader) -> reader.read(0));
  }

  private interface Read<T> {
    T from(ImageReader reader) throws IOException;
  }

  private <T> T decoded(byte[] file, Read<T> read) throws IOException {
    ImageReader reader = provider().createReaderInstance();
    try (ByteInput input = new ByteInput(file)) {
      reader.setInput(input, true, true);
      T result;
      try {
        result = read.from(reader);
      } catch (IOException | RuntimeException e) {
        if (input.exhausted() || e.getCause() instanceof EOFException) {
          throw (EOFException) new EOFException().initCause(e);
        }
        throw new IOException(e.getMessage(), e);
      }
      if (input.exhausted()) {
        throw new EOFException();
      }
      return result;
    } finally {
      reader.dispose();
    }
  }

  /** By class, so that no other plug-in for the format gets in the way or is asked at all. */
  private ImageReaderSpi provider() {
    String prefix = "com.sun.imageio.plugins.";
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      if (provider.getClass().getName().startsWith(prefix)
          && provider.getFormatNames()[0].equalsIgnoreCase(name())) {
        return provider;
      }
    }
    throw new IllegalStateException("This Java runtime has no reader for " + name() + " images");
  }
}
