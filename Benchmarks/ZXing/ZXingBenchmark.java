import com.google.zxing.BarcodeFormat;
import com.google.zxing.Result;
import com.google.zxing.client.result.WifiResultParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Times ZXing's parser. A line in: iterations and a payload in hexadecimal; a line out: nanoseconds a payload. */
public final class ZXingBenchmark {
    private static Object sink;

    public static void main(String[] arguments) throws Exception {
        WifiResultParser parser = new WifiResultParser();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            int count = Integer.parseInt(words[0]);
            String text = new String(HexFormat.of().parseHex(words[1]), StandardCharsets.UTF_8);
            Result result = new Result(text, null, null, BarcodeFormat.QR_CODE);
            long start = System.nanoTime();
            for (int index = 0; index < count; index++) {
                sink = parser.parse(result);
            }
            double each = (double) (System.nanoTime() - start) / count;
            System.out.println(each + (sink == null ? " none" : " read"));
            System.out.flush();
        }
    }
}
