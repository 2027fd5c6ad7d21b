import java.io.BufferedReader;
import java.io.InputStreamReader;

/** BfJudge for one data set after the other: a line of tab-separated arguments each, answered by its facts and "#end". */
public final class BfBatch {
  public static void main(String[] args) throws Exception {
    System.setErr(System.out);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        BfJudge.main(line.split("\t"));
      } catch (Throwable thrown) {
        System.out.print("Exception in thread \"main\" ");
        thrown.printStackTrace(System.out);
      }
      System.out.println("#end");
      System.out.flush();
    }
  }
}
