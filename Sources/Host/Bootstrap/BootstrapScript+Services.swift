// The text of the script for POSIX shells: the service managers that it knows.

extension BootstrapScript {
    /// Stop, start and install, one case a manager; `none` does nothing.
    static let services = #"""
        stop_service() {
            case $service in
                systemd) systemctl stop vigo-envoy.service ;;
                launchd) launchctl bootout system/com.vigo.envoy ;;
                rc) service vigo_envoy stop ;;
                rcctl) rcctl stop vigo_envoy ;;
                smf) svcadm disable -s vigo-envoy ;;
                none) ;;
            esac >/dev/null 2>&1 || true
        }

        start_service() {
            case $service in
                systemd)
                    systemctl daemon-reload && systemctl enable --quiet vigo-envoy.service &&
                        systemctl restart vigo-envoy.service && sleep 2 && systemctl --quiet is-active vigo-envoy.service ;;
                launchd) launchctl bootstrap system /Library/LaunchDaemons/com.vigo.envoy.plist ;;
                rc)
                    if [ "$os" = freebsd ]; then sysrc vigo_envoy_enable=YES >/dev/null
                    else grep -q '^vigo_envoy=YES' /etc/rc.conf || echo 'vigo_envoy=YES' >>/etc/rc.conf
                    fi && service vigo_envoy start ;;
                rcctl) rcctl enable vigo_envoy && rcctl start vigo_envoy ;;
                smf) svccfg import /var/svc/manifest/site/vigo-envoy.xml && svcadm enable -s vigo-envoy ;;
                none) true ;;
            esac
        }

        # write FILE MODE: standard input.
        write() {
            mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"
        }

        install_service() {
            case $service in
                systemd) systemd_unit | write /etc/systemd/system/vigo-envoy.service 644 ;;
                launchd) launchd_plist | write /Library/LaunchDaemons/com.vigo.envoy.plist 644 ;;
                rc) rc_script | write /usr/local/etc/rc.d/vigo_envoy 755 ;;
                rcctl) rcctl_script | write /etc/rc.d/vigo_envoy 755 ;;
                smf) smf_manifest | write /var/svc/manifest/site/vigo-envoy.xml 644 ;;
                none) true ;;
            esac
        }

        systemd_unit() {
            cat <<UNIT
        [Unit]
        Description=Vigo agent
        Wants=network-online.target
        After=network-online.target

        [Service]
        ExecStart=$(run_command)
        Restart=always
        RestartSec=5

        [Install]
        WantedBy=multi-user.target
        UNIT
        }

        launchd_plist() {
            cat <<PLIST
        <?xml version="1.0" encoding="UTF-8"?>
        <plist version="1.0"><dict>
        <key>Label</key><string>com.vigo.envoy</string>
        <key>ProgramArguments</key><array>
        $(for word in $(run_command); do echo "<string>$word</string>"; done)
        </array>
        <key>RunAtLoad</key><true/>
        <key>KeepAlive</key><true/>
        </dict></plist>
        PLIST
        }

        rc_script() {
            cat <<RC
        #!/bin/sh
        # PROVIDE: vigo_envoy
        # REQUIRE: NETWORKING
        . /etc/rc.subr
        name=vigo_envoy
        rcvar=\$name
        [ "\$(uname -s)" = NetBSD ] || rcvar=vigo_envoy_enable
        command=$bin_dir/vigo
        command_args="$(run_arguments) >>/var/log/vigo-envoy.log 2>&1 &"
        load_rc_config \$name
        run_rc_command "\$1"
        RC
        }

        rcctl_script() {
            cat <<RC
        #!/bin/ksh
        daemon="$bin_dir/vigo"
        daemon_flags="$(run_arguments)"
        . /etc/rc.d/rc.subr
        rc_bg=YES
        rc_reload=NO
        rc_cmd \$1
        RC
        }

        smf_manifest() {
            cat <<XML
        <?xml version="1.0"?>
        <!DOCTYPE service_bundle SYSTEM "/usr/share/lib/xml/dtd/service_bundle.dtd.1">
        <service_bundle type="manifest" name="vigo-envoy">
        <service name="vigo-envoy" type="service" version="1">
        <create_default_instance enabled="false"/>
        <single_instance/>
        <dependency name="network" grouping="require_all" restart_on="none" type="service">
        <service_fmri value="svc:/milestone/network:default"/>
        </dependency>
        <exec_method type="method" name="start" exec="$(run_command)" timeout_seconds="60"/>
        <exec_method type="method" name="stop" exec=":kill" timeout_seconds="60"/>
        <property_group name="startd" type="framework"><propval name="duration" type="astring" value="child"/></property_group>
        </service>
        </service_bundle>
        XML
        }

        """#
}
