import com.google.zxing.BarcodeFormat;
import com.google.zxing.Result;
import com.google.zxing.client.result.WifiParsedResult;
import com.google.zxing.client.result.WifiResultParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What ZXing reads. A payload in hexadecimal a line in; a line out: "none", or the fields in hexadecimal, "-" for a
 * field that is absent: ssid, type, password, hidden, identity, anonymous identity, EAP method, phase 2.
 */
public final class ZXingPeer {
    public static void main(String[] arguments) throws Exception {
        WifiResultParser parser = new WifiResultParser();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        StringBuilder output = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String text = new String(HexFormat.of().parseHex(line), StandardCharsets.UTF_8);
            WifiParsedResult result = parser.parse(new Result(text, null, null, BarcodeFormat.QR_CODE));
            if (result == null) {
                output.append("none\n");
                continue;
            }
            output.append(hex(result.getSsid())).append(' ').append(hex(result.getNetworkEncryption())).append(' ')
                .append(hex(result.getPassword())).append(' ').append(result.isHidden() ? "true" : "false").append(' ')
                .append(hex(result.getIdentity())).append(' ').append(hex(result.getAnonymousIdentity())).append(' ')
                .append(hex(result.getEapMethod())).append(' ').append(hex(result.getPhase2Method())).append('\n');
        }
        System.out.print(output);
        System.out.flush();
    }

    private static String hex(String text) {
        return text == null || text.isEmpty() ? "-" : HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
