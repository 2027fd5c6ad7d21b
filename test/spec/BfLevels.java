import java.security.MessageDigest;
import loci.common.DebugTools;
import loci.formats.FormatTools;
import loci.formats.ImageReader;
import loci.formats.MetadataTools;

/** What Bio-Formats sees of every level of every plane: one tab-separated line each. Arguments: data sets. */
public final class BfLevels {
  public static void main(String[] args) throws Exception {
    DebugTools.setRootLevel("WARN");
    for (String path : args) {
      try (ImageReader reader = new ImageReader()) {
        reader.setMetadataStore(MetadataTools.createOMEXMLMetadata());
        reader.setFlattenedResolutions(false);
        reader.setId(path);
        for (int s = 0; s < reader.getSeriesCount(); s++) {
          reader.setSeries(s);
          for (int r = 0; r < reader.getResolutionCount(); r++) {
            reader.setResolution(r);
            if (!reader.isLittleEndian()) throw new IllegalStateException("big-endian");
            for (int p = 0; p < reader.getImageCount(); p++) {
              int[] zct = reader.getZCTCoords(p);
              StringBuilder digest = new StringBuilder();
              for (byte b : MessageDigest.getInstance("SHA-256").digest(reader.openBytes(p)))
                digest.append(String.format("%02x", b));
              System.out.println(String.join("\t", "#bf", path, "" + s, "" + r, "" + reader.getSizeX(),
                  "" + reader.getSizeY(), "" + zct[2], "" + zct[1], "" + zct[0], digest.toString()));
            }
          }
        }
      }
    }
  }
}
