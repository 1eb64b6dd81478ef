package ualarm.milestone;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import ualarm.alarm.Detection;
import ualarm.alarm.Sighting;

/** A picture of an alarm: JPEG, with what was seen framed. */
public final class Picture {

    /** Largest width and height in pixels that is unpacked; a small file may hold a very large picture. */
    private static final int LARGEST = 4096;

    private Picture() {}

    /**
     * @param sighting a sighting with a picture of the sender's own
     * @return that picture as it was sent; nothing when it is none
     */
    public static Optional<byte[]> sent(Sighting sighting) {
        try {
            byte[] jpeg = Base64.getMimeDecoder().decode(sighting.picture());
            return jpeg.length > 0 && read(jpeg).isPresent() ? Optional.of(jpeg) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Draws frames around what was seen.
     *
     * @param jpeg a picture of the camera
     * @param sighting what was seen, with boxes in pixels of the sender's picture
     * @return the picture with the frames; nothing when it cannot be read
     */
    public static Optional<byte[]> framed(byte[] jpeg, Sighting sighting) {
        return read(jpeg).flatMap(image -> {
            if (sighting.width() > 0 && sighting.height() > 0) {
                draw(image, sighting);
            }
            var out = new ByteArrayOutputStream(jpeg.length);
            try {
                return ImageIO.write(image, "jpeg", out) ? Optional.of(out.toByteArray()) : Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    private static void draw(BufferedImage image, Sighting sighting) {
        double x = (double) image.getWidth() / sighting.width();
        double y = (double) image.getHeight() / sighting.height();
        Graphics2D pen = image.createGraphics();
        try {
            pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            float width = Math.max(2, image.getWidth() / 320f);
            for (Detection seen : sighting.detections()) {
                if (seen.width() > 0 && seen.height() > 0) {
                    // Dark beneath bright, to stand out by day and by night.
                    for (int layer = 0; layer < 2; layer++) {
                        pen.setStroke(new BasicStroke(layer == 0 ? width * 2 : width));
                        pen.setColor(layer == 0 ? Color.BLACK : Color.YELLOW);
                        pen.drawRect(
                                (int) Math.round(seen.x() * x),
                                (int) Math.round(seen.y() * y),
                                (int) Math.round(seen.width() * x),
                                (int) Math.round(seen.height() * y));
                    }
                }
            }
        } finally {
            pen.dispose();
        }
    }

    private static Optional<BufferedImage> read(byte[] jpeg) {
        try (var in = ImageIO.createImageInputStream(new ByteArrayInputStream(jpeg))) {
            ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
            try {
                reader.setInput(in);
                return reader.getWidth(0) <= LARGEST && reader.getHeight(0) <= LARGEST
                        ? Optional.of(reader.read(0))
                        : Optional.empty();
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
