import loci.common.DebugTools;
import loci.formats.ImageReader;
import loci.formats.MetadataTools;

/** The mean of the first sample of every picture of a movie, as Bio-Formats decodes it: one tab-separated line each. */
public final class BfMovie {
  public static void main(String[] args) throws Exception {
    DebugTools.setRootLevel("WARN");
    try (ImageReader reader = new ImageReader()) {
      reader.setMetadataStore(MetadataTools.createOMEXMLMetadata());
      reader.setId(args[0]);
      int pixels = reader.getSizeX() * reader.getSizeY();
      int samples = reader.getRGBChannelCount();
      for (int p = 0; p < reader.getImageCount(); p++) {
        byte[] bytes = reader.openBytes(p);
        int step = reader.isInterleaved() ? samples : 1;
        long sum = 0;
        for (int i = 0; i < pixels; i++) sum += bytes[i * step] & 255;
        System.out.println(String.join("\t", "#movie", "" + p, "" + reader.getSizeX(), "" + reader.getSizeY(),
            "" + samples, "" + (double) sum / pixels));
      }
    }
  }
}
